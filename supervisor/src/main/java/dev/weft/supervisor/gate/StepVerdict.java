package dev.weft.supervisor.gate;

import java.util.List;

/**
 * How a step stands.
 *
 * @param gates one per limit that can be measured at the step, in the order of the limits; one more
 *     per fault, before them
 * @param sentence why, for people
 */
public record StepVerdict(Verdict verdict, List<GateResult> gates, String sentence) {

  public StepVerdict {
    gates = List.copyOf(gates);
  }

  static StepVerdict of(List<GateResult> gates) {
    var verdict = gates.stream().map(GateResult::verdict).reduce(Verdict.PASS, Verdict::and);
    var sentence =
        gates.stream()
            .filter(gate -> gate.verdict() == verdict)
            .findFirst()
            .map(gate -> verdict == Verdict.PASS ? passed(gates) : gate.sentence())
            .orElse("no limit can be measured at this step");
    return new StepVerdict(verdict, gates, sentence);
  }

  private static String passed(List<GateResult> gates) {
    return gates.size() == 1 ? gates.getFirst().sentence() : gates.size() + " gates passed";
  }
}
