import type { Provider } from "../provider.ts";
import { callProvider } from "./call.ts";
import { ProviderLane, type LanePorts } from "./lane.ts";
import type { ResiliencePolicy } from "./policy.ts";

/** The provider, asked in the way that its policy allows, together with all others who ask it (`callProvider`). */
export function resilient<Request>(
  provider: Provider<Request>,
  policy: ResiliencePolicy,
  ports: LanePorts,
): Provider<Request> {
  const lane = new ProviderLane(provider.id, policy, ports);
  return {
    ...provider,
    extract: (request, io) => callProvider(lane, io, (attemptIo) => provider.extract(request, attemptIo)),
  };
}
