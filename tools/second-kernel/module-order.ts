/**
 * Which modules of a kernel must be loaded for some wanted ones, and in which order. Pure.
 *
 * @module
 */

/** `nf_tables` of `kernel/net/netfilter/nf_tables.ko`: what a module is called, whatever its file has in the place of the underscores. */
const nameOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.ko$/, '').replaceAll('-', '_');

/**
 * Paths of the wanted modules and of all they need, each behind those it needs itself. `dependencies`: text of `modules.dep`. What it does not
 * name is part of the kernel itself.
 */
export const moduleOrder = (dependencies: string, wanted: readonly string[]): string[] => {
  const needs = new Map<string, { readonly path: string; readonly needed: readonly string[] }>();
  for (const line of dependencies.split('\n')) {
    const [path = '', rest = ''] = line.split(':');
    if (path !== '') needs.set(nameOf(path), { path, needed: rest.trim().split(/\s+/).filter(Boolean).map(nameOf) });
  }
  const ordered = new Set<string>();
  const visit = (name: string): void => {
    const known = needs.get(name);
    if (known === undefined || ordered.has(known.path)) return;
    for (const other of known.needed) visit(other);
    ordered.add(known.path);
  };
  for (const name of wanted) visit(name.replaceAll('-', '_'));
  return [...ordered];
};
