/**
 * Connections as they begin, change and end.
 *
 * @module
 */
import { Listener, type ListenerOptions } from '../socket/listener.ts';
import { netlinkProtocol } from '../socket/netlink-socket.ts';
import { type ConntrackEvent, readConntrackEvent } from './messages.ts';

/** Multicast groups of netfilter. */
const groupOf = { new: 1, update: 2, destroy: 3 } as const satisfies Readonly<Record<ConntrackEvent['kind'], number>>;

export interface WatchOptions extends Omit<ListenerOptions, 'groups' | 'onMessage'> {
  /** All, if not said. */
  readonly kinds?: readonly ConntrackEvent['kind'][];
  /** In the order in which the kernel told them. */
  readonly onEvent: (event: ConntrackEvent) => void;
}

/**
 * Until it is closed. `onOverrun` says that events were lost, each a datagram of its own: what is known of the connections by then is to be
 * compared with the table. Only connections that a rule has to do with are tracked at all, and a namespace may have events turned off
 * (`nf_conntrack_events`). Throws a `KernelError` where the namespace cannot be entered.
 */
export const watchConnections = ({ kinds = ['new', 'update', 'destroy'], onEvent, ...options }: WatchOptions): Listener =>
  new Listener(netlinkProtocol.netfilter, {
    ...options,
    groups: kinds.map((kind) => groupOf[kind]),
    onMessage: (message) => {
      const event = readConntrackEvent(message);
      if (event !== undefined) onEvent(event);
    },
  });
