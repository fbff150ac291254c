/**
 * Hears from the kernel that links, routes or filters of links changed.
 *
 * What changed is not looked at: whoever is told lists everything again, since not every change has a message of its own (the routes of a link
 * that goes down have none).
 *
 * @module
 */
import { Listener, netlinkProtocol, routeGroup, type SocketOptions } from '@firsthop/netlink';

const SETTLE_MS = 20;
const RESTART_MS = 1000;

const groups = [routeGroup.link, routeGroup.traffic, routeGroup.route4, routeGroup.route6];

/** Calls back after links, routes or filters of links changed, once per burst. If the kernel breaks off, listening begins anew, and that counts as a change. `namespace`: another than our own. */
export const watchLinks = (onChange: () => void, signal: AbortSignal, options: Pick<SocketOptions, 'namespace'> = {}): void => {
  let timer: NodeJS.Timeout | undefined;
  let listener: Listener | undefined;
  const later = (): void => {
    if (signal.aborted) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, SETTLE_MS);
  };
  const begin = (): void => {
    if (signal.aborted) return;
    try {
      listener = new Listener(netlinkProtocol.route, { ...options, groups, onMessage: later, onOverrun: later, onError: again });
    } catch {
      again();
    }
  };
  const again = (): void => {
    listener?.close();
    later();
    setTimeout(begin, RESTART_MS).unref();
  };
  signal.addEventListener('abort', () => {
    listener?.close();
    clearTimeout(timer);
  }, { once: true });
  begin();
};
