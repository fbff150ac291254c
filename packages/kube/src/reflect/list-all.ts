/**
 * All objects of a resource, page by page; no more than a page of them is held.
 *
 * @module
 */
import { ApiFault, type ApiServer, type ListQuery, type Resource } from '../api/api-server.ts';

/** Pages that expired before they were read, before all is asked for at once. */
const patience = 2;

export interface ListTaker {
  /** It begins, and forgets what was taken before: again where the server forgot in between where it was. */
  readonly begin: () => void;
  readonly take: (object: unknown) => void;
}

/** Gives the version that all of it is of. */
export const listAll = async (api: ApiServer, resource: Resource, query: Omit<ListQuery, 'continue'>, { begin, take }: ListTaker): Promise<{ readonly resourceVersion: string }> => {
  const { limit, ...all } = query;
  for (let attempt = 0; ; attempt++) {
    begin();
    try {
      let next: string | undefined;
      for (;;) {
        const page = await api.list(resource, { ...all, ...(limit === undefined || attempt >= patience ? {} : { limit }), ...(next === undefined ? {} : { continue: next }) });
        for (const object of page.items) take(object);
        next = page.continue;
        if (next === undefined) return { resourceVersion: page.resourceVersion };
      }
    } catch (error) {
      if (attempt >= patience || !(error instanceof ApiFault) || !error.isGone) throw error;
    }
  }
};
