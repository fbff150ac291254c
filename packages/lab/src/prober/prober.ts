/**
 * Sends real packets between network namespaces and says what became of them.
 *
 * One process serves all namespaces: sockets are made inside them and polled here. An answer means allowed, an error that
 * a firewall sends (RST, ICMP prohibited) means rejected, silence means dropped.
 *
 * @module
 */
import { familyOf } from '@firsthop/netaddr';
import type { Observation, PacketProbe } from '../probe.ts';
import { type ExchangeSpec, startExchange } from './exchange.ts';
import { NamespaceScope } from './namespace-scope.ts';
import { Poller } from './poller.ts';
import { Responders } from './responder.ts';

const USUAL_PATIENCE_MS = 250;

export class Prober {
  readonly #scope = new NamespaceScope();
  readonly #poller = new Poller();
  readonly #responders = new Responders(this.#scope, this.#poller);
  readonly #patience: number;
  #nextMark = 1 + Math.floor(Math.random() * 0x7000_0000);

  /** `patience`: milliseconds until silence is a drop, where a probe does not say; a slow machine needs more. */
  constructor({ patience = USUAL_PATIENCE_MS }: { readonly patience?: number } = {}) {
    this.#patience = patience;
  }

  /** Resolves when an answer came or patience ran out. `onSent` is called once the first packet has left. */
  async probe(probe: PacketProbe, onSent?: () => void): Promise<Observation> {
    const family = familyOf(probe.destination);
    const heard = probe.protocol === 'TCP' || probe.protocol === 'UDP' ? (probe.answersAtPort ?? probe.port) : 0;
    this.#responders.ensure({ namespace: probe.toNamespace, protocol: probe.protocol, address: probe.answersAt ?? probe.destination, port: heard });
    const mark = this.#nextMark++;
    const spec: ExchangeSpec = { source: probe.source, destination: probe.destination, protocol: probe.protocol, port: probe.port, mark, ...(probe.icmp === undefined ? {} : { icmp: probe.icmp }) };
    const exchange = this.#scope.inside(probe.fromNamespace, () => startExchange(spec));
    onSent?.();
    const isEcho = probe.protocol === 'ICMP' && (probe.icmp === undefined || probe.icmp.type === (family === 4 ? 8 : 128));
    const onlyArrival = probe.protocol === 'ICMP' && !isEcho;
    const answer = exchange.refusedAtOnce ? 'refused' : await this.#await(exchange, probe.patience ?? this.#patience, onlyArrival ? mark : undefined);
    exchange.close();
    const arrived = answer === 'answered' || this.#responders.takeArrival(mark);
    if (answer === 'refused') return { verdict: 'reject', arrived };
    return { verdict: answer === 'answered' || (onlyArrival && arrived) ? 'allow' : 'drop', arrived };
  }

  /** Before a namespace is removed. */
  forget(namespace: string): void {
    this.#responders.closeNamespace(namespace);
    this.#scope.forget(namespace);
  }

  close(): void {
    this.#responders.close();
    this.#scope.close();
  }

  #await(exchange: ReturnType<typeof startExchange>, patience: number, arrivalOf: number | undefined): Promise<'answered' | 'refused' | 'silent'> {
    return new Promise((resolve) => {
      const release = this.#poller.wait();
      const finish = (answer: 'answered' | 'refused' | 'silent'): void => {
        clearTimeout(timer);
        clearInterval(arrival);
        this.#poller.unwatch(exchange.fd);
        release();
        resolve(answer);
      };
      const timer = setTimeout(() => finish('silent'), patience);
      // A message that nobody answers by itself: being seen at its destination is all there is.
      const arrival =
        arrivalOf === undefined ? undefined : setInterval(() => (this.#responders.takeArrival(arrivalOf) ? finish('answered') : undefined), 2);
      this.#poller.watch({
        fd: exchange.fd,
        events: exchange.events,
        onReady: () => {
          const answer = exchange.look();
          if (answer !== 'silent') finish(answer);
        },
      });
    });
  }
}
