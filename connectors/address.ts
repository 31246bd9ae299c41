import { BlockList, isIP } from 'node:net';

/** What is no address of the public internet: IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890 and successors). */
const special = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(net, prefix, 'ipv4');
}

const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(net, prefix, 'ipv6');
}

/**
 * Whether an IP address is one of the public internet. IPv6 forms that carry an IPv4 address inside (mapped, NAT64, 6to4)
 * are not: they would reach what their IPv4 form may not.
 */
export function isPublicAddress(ip: string): boolean {
  const version = isIP(ip);
  if (version === 4) return !special.check(ip, 'ipv4');
  if (version === 6) return global6.check(ip, 'ipv6') && !special.check(ip, 'ipv6');
  return false;
}
