/** The simulated kernel keeps the contract of kernel ports. Over its socket it is used by the labs without root. */
import { SimulatedMachine } from '@firsthop/simkernel';
import { kernelPortContract } from '@firsthop/testkit';
import { nftPort } from './nft-port.ts';

let { nft } = new SimulatedMachine([], []);
kernelPortContract(
  () => nftPort((args, input) => Promise.resolve(nft.run(args, input))),
  () => {
    ({ nft } = new SimulatedMachine([], []));
    return Promise.resolve();
  },
);
