/** Calls `send` with each of the numbers below `count()` once in `periodMs`, evenly. */
export const pump = (periodMs: number, count: () => number, send: (i: number) => void): void => {
  const slices = 20;
  let slice = 0;
  setInterval(() => {
    slice = (slice + 1) % slices;
    for (let i = slice; i < count(); i += slices) send(i);
  }, periodMs / slices);
};
