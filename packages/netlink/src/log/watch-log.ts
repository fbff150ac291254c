/**
 * Packets that rules log to a group, as they come.
 *
 * @module
 */
import { Listener, type ListenerOptions } from '../socket/listener.ts';
import { netlinkProtocol } from '../socket/netlink-socket.ts';
import { bindRequest, type GroupSettings } from './group-settings.ts';
import { type LogPacket, readLogPacket } from './packet.ts';
import { SequenceGaps } from './sequence-gaps.ts';

export interface WatchLogOptions extends Omit<ListenerOptions, 'groups' | 'onMessage'>, GroupSettings {
  readonly onPacket: (packet: LogPacket) => void;
  /** So many packets are missing before the next one: exact, whatever the reason, and known only once the next one comes. The same loss was also an `onOverrun`, at once and in datagrams, if there was no room. */
  readonly onGap: (packets: number) => void;
}

/**
 * Until it is closed; then the group is free again. A group has one listener in a namespace: where another one has it, this throws a
 * `KernelError` (EPERM), and also where the namespace cannot be entered; a `RangeError` for settings that the kernel does not have.
 */
export const watchLog = ({ onPacket, onGap, ...options }: WatchLogOptions): Listener => {
  const gaps = new SequenceGaps();
  const listener = new Listener(netlinkProtocol.netfilter, {
    ...options,
    onMessage: (message) => {
      const packet = readLogPacket(message);
      if (packet === undefined) return;
      const missing = packet.sequence === undefined ? 0 : gaps.missingBefore(packet.sequence);
      if (missing > 0) onGap(missing);
      onPacket(packet);
    },
  });
  try {
    listener.request((sequence) => bindRequest(sequence, options));
  } catch (error) {
    listener.close();
    throw error;
  }
  return listener;
};

