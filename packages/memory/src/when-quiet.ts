/** The function to call whenever something happens: once nothing has for so many milliseconds, `act` is called. It keeps no process alive. */
export const whenQuiet = (milliseconds: number, act: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds).unref();
  };
};
