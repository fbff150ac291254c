/** `npm run apiserver`: sees to it that kube-apiserver and etcd are there for the tests, and says where. */
import { obtainPrograms } from './obtain.ts';

try {
  const { apiServer, etcd } = obtainPrograms((text) => console.error(text));
  console.log(`${apiServer}\n${etcd}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
