import { vendorIds } from "../../core/providers/registry.ts";
import type { RuntimeOptions } from "../../local/runtime.ts";
import { UsageError } from "../errors.ts";

/**
 * How vendors are asked by a command that may name one, and its address. Who is named is asked, whatever the configuration
 * says of its plan.
 * @throws UsageError where nobody, or nobody with an address, is named to be asked there.
 */
export function vendorsAt({
  provider,
  baseUrl,
}: {
  readonly provider?: string;
  readonly baseUrl?: string;
}): Pick<RuntimeOptions, "vendors"> {
  const vendor = vendorIds.find((id) => id === provider);
  if (vendor !== undefined) {
    return {
      vendors: { [vendor]: { dailyOnly: false, ...(baseUrl === undefined ? {} : { baseUrl }) } },
    };
  }
  if (baseUrl === undefined) return {};
  throw new UsageError(`--base-url needs --provider, one of ${vendorIds.join(", ")}`);
}
