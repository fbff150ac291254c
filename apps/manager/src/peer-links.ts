/**
 * The connections of this manager to the managers of its peers: one for each ClusterPeer that has an address. What they
 * tell becomes facts and policies of ours, as far as their credential goes.
 *
 * @module
 */
import { type ClientTls, type ClusterInfo, connectPeerClient, type FeedEvent, type PeerClient, PeerFeed, readFeedEvent } from '@firsthop/federation';
import type { ClusterPeer, Fact } from '@firsthop/inventory';
import { isShared, parsePolicy, type Policy, reachesOut } from '@firsthop/policy';
import { identityOfCertificate } from '@firsthop/trust';

export interface PeerLinksOptions {
  readonly tls: ClientTls;
  readonly onFacts: (facts: Iterable<Fact>) => void;
  readonly onPolicies: (cluster: string, policies: readonly Policy[]) => void;
  readonly onFault: (cluster: string, fault: string) => void;
}

interface Link {
  readonly peer: ClusterPeer;
  readonly client: PeerClient;
  readonly feed: PeerFeed;
  readonly policies: Map<string, Policy>;
  connected: boolean;
  /** Its first word on endpoints has come. */
  heard: boolean;
  stop(): void;
}

export class PeerLinks {
  readonly #options: PeerLinksOptions;
  readonly #links = new Map<string, Link>();

  constructor(options: PeerLinksOptions) {
    this.#options = options;
  }

  /** Connects to new peers, leaves old ones, and begins anew with changed ones. */
  follow(peers: Iterable<ClusterPeer>): void {
    const wanted = new Map([...peers].filter(({ address }) => address !== undefined).map((peer) => [peer.peer, peer]));
    for (const [cluster, link] of this.#links) if (!sameLink(link.peer, wanted.get(cluster))) this.#leave(cluster, link);
    for (const [cluster, peer] of wanted) if (!this.#links.has(cluster)) this.#join(cluster, peer);
  }

  infos(): ClusterInfo[] {
    return [...this.#links].map(([cluster, { connected, feed }]) => ({ cluster, connected, imported: feed.size, refused: [...feed.refused.values()].slice(0, 10) }));
  }

  /** Whether every peer that is followed has said what it has. */
  get heardFromAll(): boolean {
    return [...this.#links.values()].every(({ heard }) => heard);
  }

  close(): void {
    for (const link of this.#links.values()) link.stop();
    this.#links.clear();
  }

  #leave(cluster: string, link: Link): void {
    link.stop();
    this.#links.delete(cluster);
    this.#options.onFacts(link.feed.forgetAll());
    this.#options.onPolicies(cluster, []);
  }

  #join(cluster: string, peer: ClusterPeer): void {
    const feed = new PeerFeed({ cluster, addresses: peer.addresses });
    const client = connectPeerClient({
      url: `wss://${peer.address ?? ''}/api`,
      tls: this.#options.tls,
      checkServer: ({ subjectaltname }) => {
        const identity = identityOfCertificate(subjectaltname);
        return identity.ok && identity.value.role === 'manager' && identity.value.cluster === cluster ? undefined : new Error(`this is no manager of cluster ${cluster}`);
      },
      onConnected: (connected) => (link.connected = connected),
    });
    const fault = (error: unknown): void => this.#options.onFault(cluster, error instanceof Error ? error.message : String(error));
    const endpoints = keepSubscribed(fault, (onError) =>
      client.api.endpoints.watch.subscribe({}, {
        onError,
        onData: ({ data }) => {
          const event = readFeedEvent(data);
          if (!event.ok) return fault(event.error);
          link.heard = true;
          this.#options.onFacts(feed.take(event.value));
        },
      }),
    );
    const policies = keepSubscribed(fault, (onError) => 
      client.api.policies.watch.subscribe({}, {
        onError,
        onData: ({ data }) => {
          const event = readFeedEvent(data);
          if (event.ok) this.#takePolicies(cluster, link, event.value);
          else fault(event.error);
        },
      }),
    );
    const stop = (): void => {
      endpoints();
      policies();
      client.close().catch(fault);
    };
    const link: Link = { peer, client, feed, policies: new Map(), connected: false, heard: false, stop };
    this.#links.set(cluster, link);
  }

  #takePolicies(cluster: string, { policies }: Link, event: FeedEvent): void {
    if (event.whole) policies.clear();
    for (const key of event.gone) policies.delete(key);
    for (const [key, value] of event.values) {
      const { policy, errors } = parsePolicy((value as { object?: unknown } | null)?.object, { cluster });
      if (errors.length > 0) this.#options.onFault(cluster, `shared policy ${key}: ${errors[0]?.message ?? ''}`);
      // Read again here, with our own rules: what does not say that it is for other clusters is not taken from one.
      const reaches = policy?.ref.kind === 'ClusterSecurityPolicy' && isShared(policy);
      if (policy === undefined || !reaches) policies.delete(key);
      else policies.set(key, { ...policy, subjects: policy.subjects.filter(reachesOut) });
    }
    this.#options.onPolicies(cluster, [...policies.values()]);
  }
}

const RESUBSCRIBE_MS = 500;

/** A lost connection resumes by itself; a refusal (not yet a peer there) ends a subscription, and is asked again. Returns how to stop. */
const keepSubscribed = (fault: (error: unknown) => void, subscribe: (onError: (error: unknown) => void) => { unsubscribe(): void }): (() => void) => {
  let stopped = false;
  let current: { unsubscribe(): void } | undefined;
  const begin = (): void => {
    if (stopped) return;
    current = subscribe((error) => {
      fault(error);
      setTimeout(begin, RESUBSCRIBE_MS);
    });
  };
  begin();
  return () => {
    stopped = true;
    current?.unsubscribe();
  };
};

const sameLink = (a: ClusterPeer, b: ClusterPeer | undefined): boolean => b !== undefined && a.address === b.address && JSON.stringify(a.addresses, bigints) === JSON.stringify(b.addresses, bigints);
const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
