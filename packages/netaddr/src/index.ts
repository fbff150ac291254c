export { type Address, addressOfBytes, compareAddresses, type Family, familyOf, formatAddress, ipv4, type Ipv4, ipv6, type Ipv6, isIpv4Mapped, parseAddress } from './address.ts';
export { type AddressRange, mergeRanges, nextAddress, previousAddress, rangeContains, subtractRanges, wholeFamily } from './address-range.ts';
export { AddressMap } from './packed/address-map.ts';
export { type Addresses, AddressSet } from './packed/address-set.ts';
export { type Cidr, cidrRange, formatCidr, parseCidr, rangeCidrs, widthOf } from './cidr.ts';
export { allPorts, formatPortRange, icmpRange, type PortRange } from './port-range.ts';
export { icmpOf, isIcmp, isTransport, type ProtocolName, protocolName, protocolNumbers, type TransportName } from './protocol.ts';
