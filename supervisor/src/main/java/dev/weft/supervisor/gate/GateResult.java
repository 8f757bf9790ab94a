package dev.weft.supervisor.gate;

import dev.weft.supervisor.comparison.Fault;

/**
 * How one gate stands.
 *
 * @param metric what of the KPI, with the tensor where it is of one
 * @param estimate as measured; NaN while there is nothing
 * @param lower the true value is below this with no more than the probability of a false failure,
 *     at whatever time one looks
 * @param upper the true value is above this with no more than the probability of a false pass, at
 *     whatever time one looks; may be infinite
 * @param limit what {@code lower} and {@code upper} are held against
 * @param samples of the arm that has fewer
 * @param sentence the same for people
 */
public record GateResult(
    Kpi kpi,
    String metric,
    double estimate,
    double lower,
    double upper,
    double limit,
    long samples,
    Verdict verdict,
    String sentence) {

  /** Of a fault, which no limit allows. */
  public static GateResult failed(Fault fault) {
    return new GateResult(
        Kpi.SHADOW_ERROR, fault.kind().name(), 1, 1, 1, 0, 1, Verdict.FAIL, fault.toString());
  }

  /** Whether it says that a process ended by what is judged. */
  public boolean isCrash() {
    return metric.equals(Fault.Kind.CRASH.name());
  }
}
