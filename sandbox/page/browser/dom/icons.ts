/** Drawn on a 24-unit grid with a 1.75 stroke. */
const paths = {
  send: 'M4 12 20 4l-5 16-4-6.5L4 12Zm7 1.5L20 4',
  image: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.5h.01',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h5',
  clip: 'M20 11.5 12.2 19a5 5 0 0 1-7-7l8-7.8a3.4 3.4 0 0 1 4.7 4.8l-7.8 7.6a1.7 1.7 0 0 1-2.4-2.4l7-6.9',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5c1.8 2.3 5.2 2.3 7 0M9 9.5h.01M15 9.5h.01',
  at: 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.5 7.1',
  reply: 'M10 8V4L3 11l7 7v-4c5 0 8.500 1.500 11 5-1-6-4-11-11-11Z',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  recall: 'M4 9h10a6 6 0 1 1 0 12H8M4 9l4-4M4 9l4 4',
  more: 'M5 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0ZM11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0ZM17 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0Z',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M15 5l-7 7 7 7',
  down: 'M6 9l6 6 6-6',
  chat: 'M4 5h16v12H10l-5 4v-4H4z',
  topic: 'M5 4h14v5H5zM5 12h14M5 16h14M5 20h8',
  shop: 'M4 9h16v11H4zM4 9l2-5h12l2 5M9 20v-6h6v6',
  reload: 'M20 12a8 8 0 1 1-2.500-5.800M20 3v4.500h-4.500',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c.5-4.500 3.500-7 8-7s7.500 2.500 8 7',
  group:
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20c.3-3.800 2.800-6 6.500-6s6.200 2.200 6.500 6M16 4.300a3.500 3.500 0 0 1 0 6.400M18 14.500c2.100.8 3.300 2.700 3.500 5.500',
  robot: 'M5 8h14v11H5zM12 8V4M9 13h.01M15 13h.01M2.500 12v3M21.500 12v3M10 4h4',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  warning: 'M12 4 2.500 20h19zM12 10v4.500M12 17.500h.01',
  split: 'M4 5h16v14H4zM12 5v14',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4',
  grid: 'M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z',
  place:
    'M12 21c4.500-5 7-8 7-11a7 7 0 0 0-14 0c0 3 2.500 6 7 11ZM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z',
  menu: 'M5 7h14M5 12h14M5 17h14',
  open: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
} as const;

export type IconName = keyof typeof paths;

/** A decorative icon: whatever it stands on carries the words. */
export function icon(name: IconName): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
