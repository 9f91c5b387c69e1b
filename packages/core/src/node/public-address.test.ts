import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'

/** First and last address of each range, and its neighbours where they are public. */
const special4 = [
  ['0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['224.0.0.0', '255.255.255.255', '223.255.255.255'],
] satisfies [string, string, ...string[]][]

const carried = (address: string) => [
  address,
  `::ffff:${address}`,
  `0:0:0:0:0:FFFF:${address}`,
  `64:ff9b::${address}`,
  `64:FF9B:0:0:0:0:${address}`,
]

describe('an IPv4 address, by itself and inside IPv6', () => {
  it.each(special4)('is not public from %s to %s', (from, to, ...around) => {
    for (const address of [from, to].flatMap(carried)) expect(isPublicAddress(address), address).toBe(false)
    for (const address of around.flatMap(carried)) expect(isPublicAddress(address), address).toBe(true)
  })

  it('is judged alike however it is carried', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [one, ...others] = carried(address).map(isPublicAddress)
        expect(others.every((other) => other === one)).toBe(true)
      }),
    )
  })
})

describe('an IPv6 address', () => {
  it.each([
    '::',
    '::1',
    '::7f00:1',
    '::10.0.0.1',
    '::8.8.8.8',
    '::ffff:0:8.8.8.8',
    '64:ff9b:1::8.8.8.8',
    '64:ff9b:0:1::8.8.8.8',
    '100::1',
    '100:0:0:1::1',
    '1fff:ffff::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db8::1',
    '2001:DB8:ffff:ffff:ffff:ffff:ffff:ffff',
    '2002:808:808::1',
    '2002:7f00:1::',
    '3fff::1',
    '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700:4700::1111%1',
    'febf::1',
    'fec0::1',
    'ff02::1',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ])('is not public: %s', (address) => expect(isPublicAddress(address)).toBe(false))

  it.each([
    '2000::1',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2001:db9::1',
    '2003::1',
    '2606:4700:4700::1111',
    '3ffe::1',
  ])('is public: %s', (address) => expect(isPublicAddress(address)).toBe(true))
})

it.each(['', 'localhost', 'example.com', '8.8.8', '08.8.8.8', '8.8.8.8.', '[2606:4700::1]', '8.8.8.8/32', ' 8.8.8.8'])(
  'is no address, so it is not public: %j',
  (text) => expect(isPublicAddress(text)).toBe(false),
)
