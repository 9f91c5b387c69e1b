import { BlockList, isIP } from 'node:net'

/**
 * Whether an IP address belongs to the public internet, by IANA's registries of special-purpose addresses. Anything but an address is
 * not public, nor is one with a zone.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special4.check(address, 'ipv4')
    case 6:
      return !address.includes('%') && global6.check(address, 'ipv6') && !special6.check(address, 'ipv6')
    default:
      return false
  }
}

const special4Ranges = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // behind a carrier's NAT
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local; metadata of clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved; broadcast
] as const

/** Prefixes of 96 bits whose last 32 are an IPv4 address that is reached by them: IPv4-mapped, and NAT64. */
const carriers = ['::ffff:', '64:ff9b::'] as const

/** Of IPv6 nothing else is public, so loopback, unique local, link-local, site-local and multicast need not be named. */
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')
for (const prefix of carriers) global6.addSubnet(`${prefix}0.0.0.0`, 96, 'ipv6')

const special6 = new BlockList()
special6.addSubnet('2001::', 23, 'ipv6') // protocol assignments; Teredo
special6.addSubnet('2001:db8::', 32, 'ipv6') // documentation
special6.addSubnet('2002::', 16, 'ipv6') // 6to4, which nobody needs any more
special6.addSubnet('3fff::', 20, 'ipv6') // documentation

const special4 = new BlockList()
for (const [network, bits] of special4Ranges) {
  special4.addSubnet(network, bits, 'ipv4')
  for (const prefix of carriers) special6.addSubnet(prefix + network, 96 + bits, 'ipv6')
}
