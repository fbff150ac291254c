/**
 * The kernel's connections, as policy sees them, and the ending of those that should not go on.
 *
 * A deny in the ruleset stops the sender's packets at once; without the entry gone, the other side's would go on as replies.
 *
 * @module
 */
import { type Address, addressOfBytes } from '@firsthop/netaddr';
import { Conntrack, type ConntrackEntry, protocolNumber, Rtnetlink, type SocketOptions } from '@firsthop/netlink';
import { type Connection, connectionOf } from './connection.ts';
import type { HardwareOf } from './resets/find-ends.ts';
import { resetConnections } from './resets/reset-connections.ts';

/** What the kernel calls local when it is asked where an address comes from. */
const ownAddresses = (options: SocketOptions): ReadonlySet<Address> => {
  const network = new Rtnetlink(options);
  try {
    return new Set(network.addresses().map(({ address }) => addressOfBytes(address)));
  } finally {
    network.close();
  }
};

/** What the kernel knew of a connection, for `tell`. */
export type EndedEntry = Pick<ConntrackEntry, 'original' | 'reply'>;

export interface Connections {
  /** Ends each connection for which `matches` holds; how many that were. `onEnded` is called for each of them. */
  endWhere(matches: (connection: Connection) => boolean, onEnded?: (connection: Connection, was: EndedEntry) => void): Promise<number>;
  /** Tells both ends of those among them that are TCP's, within a second; how many ends answered. Processes of this host are not told. */
  tell(ended: readonly EndedEntry[]): Promise<number>;
  close(): void;
}

export interface ConnectionsOptions extends SocketOptions {
  /** Of machines, with which this host itself may never have spoken. */
  readonly hardwareOf?: HardwareOf;
}

/** Throws where there is no netlink, or it is not for us. */
export const kernelConnections = ({ hardwareOf = () => undefined, ...options }: ConnectionsOptions = {}): Connections => {
  const conntrack = new Conntrack(options);
  return {
    endWhere: async (matches, onEnded) => {
      const own = ownAddresses(options);
      return conntrack.deleteWhere((entry) => {
        const connection = connectionOf(entry, own);
        if (!matches(connection)) return false;
        onEnded?.(connection, entry);
        return true;
      });
    },
    tell: (ended) => resetConnections(ended.filter(({ original }) => original.protocol === protocolNumber.tcp), { ...options, hardwareOf }),
    close: () => conntrack.close(),
  };
};
