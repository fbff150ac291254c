/** What `verify` says of each probe is what real packets meet. */
import { scenariosAgree } from './scenarios.ts';

scenariosAgree('linux');
