/** How many times longer a test may take in the guest than here: an emulated processor needs eight to ten times as long, and several tests wait as well. */
export const slowness = 10;
