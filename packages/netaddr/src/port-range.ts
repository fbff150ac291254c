/** Numbers from first to last, both included; 0..65535. Also used for ICMP, where a number is type * 256 + code. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const allPorts: PortRange = { first: 0, last: 65_535 };

export const formatPortRange = ({ first, last }: PortRange): string => (first === last ? String(first) : `${first}-${last}`);

/** The range of ICMP numbers of one type: every code of it, or one. */
export const icmpRange = (type: number, code: number | undefined): PortRange => ({ first: type * 256 + (code ?? 0), last: type * 256 + (code ?? 255) });
