const svg = (inner: string): string =>
  `<svg viewBox="0 0 120 90" role="img" aria-hidden="true">${inner}</svg>`;

const steam =
  '<path d="M52 22c-4-5 4-8 0-14M64 22c-4-5 4-8 0-14" fill="none" stroke="#c9bfae" stroke-width="2" stroke-linecap="round"/>';

export const products = [
  {
    name: '明前龙井 100g',
    note: '狮峰头采，豆香清甜',
    price: '158',
    drawing: svg(
      '<rect x="38" y="20" width="44" height="58" rx="6" fill="#5f7f5a"/><rect x="38" y="20" width="44" height="12" rx="6" fill="#4a6647"/><rect x="46" y="42" width="28" height="22" rx="2" fill="#f4efe4"/><path d="M60 46c8 4 8 11 0 15c-8-4-8-11 0-15z" fill="#7fa06f"/>',
    ),
  },
  {
    name: '正山小种 150g',
    note: '桐木关松烟，甜润耐泡',
    price: '128',
    drawing: svg(
      '<path d="M36 30l24-12 24 12v42H36z" fill="#b9784a"/><path d="M36 30l24-12 24 12-24 8z" fill="#cf9160"/><circle cx="60" cy="54" r="11" fill="#f4e6d2"/><path d="M53 56c4-9 10-9 14 0" fill="none" stroke="#a0552f" stroke-width="2.5"/>',
    ),
  },
  {
    name: '白瓷盖碗 120ml',
    note: '德化白瓷，薄胎不烫手',
    price: '89',
    drawing: svg(
      `${steam}<ellipse cx="60" cy="34" rx="26" ry="6" fill="#e4e9ea"/><path d="M34 34c2 26 14 36 26 36s24-10 26-36z" fill="#f3f6f6" stroke="#d3dadb"/><ellipse cx="60" cy="73" rx="30" ry="5" fill="#dfe5e6"/><circle cx="60" cy="27" r="4" fill="#cfd8d9"/>`,
    ),
  },
  {
    name: '听雨高硼硅玻璃茶壶 600ml',
    note: '耐热急冷，茶汤看得见',
    price: '168',
    drawing: svg(
      '<ellipse cx="58" cy="54" rx="28" ry="21" fill="#e3eeee" stroke="#b9cfcf" stroke-width="2"/><path d="M32 58a28 19 0 0 0 52 0z" fill="#d8a860" opacity=".75"/><path d="M84 50c14-4 16-14 20-16" fill="none" stroke="#c4d8d8" stroke-width="6" stroke-linecap="round"/><path d="M31 44c-16-4-16 24 1 21" fill="none" stroke="#c4d8d8" stroke-width="5"/><ellipse cx="58" cy="34" rx="15" ry="4" fill="#c9a26b"/><circle cx="58" cy="28" r="4" fill="#b48a50"/>',
    ),
  },
  {
    name: '竹木茶则三件套',
    note: '茶则、茶针、茶夹，老竹慢烤',
    price: '69',
    drawing: svg(
      '<path d="M30 70c-6-10 2-48 6-52 5 4 9 42 2 52z" fill="#d0a468"/><path d="M33 64c-3-10 1-34 3-38" fill="none" stroke="#a97c43" stroke-width="2"/><path d="M59 72l2-54 3 0 0 54z" fill="#b98a4f"/><path d="M82 72c0-24 2-44 5-54M94 72c0-24-2-44-5-54" fill="none" stroke="#c59a5d" stroke-width="4" stroke-linecap="round"/>',
    ),
  },
  {
    name: '山青粗陶马克杯 350ml',
    note: '柴窑青釉，握着不烫',
    price: '79',
    drawing: svg(
      `${steam}<path d="M34 30h48v34q0 12-12 12H46q-12 0-12-12z" fill="#7f9a96"/><path d="M34 30h48v14q-12 8-24 2t-24 4z" fill="#5d7a77"/><path d="M82 38c16-2 16 24 0 22" fill="none" stroke="#7f9a96" stroke-width="6"/>`,
    ),
  },
] as const;
