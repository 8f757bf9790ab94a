package dev.weft.fabric.reading;

import dev.weft.fabric.problem.Findings;
import java.util.HashSet;
import java.util.Set;

/** The names in one list of a manifest; one that comes again is reported. */
final class DistinctNames {

  private final Findings findings;
  private final Set<String> names = new HashSet<>();

  DistinctNames(Findings findings) {
    this.findings = findings;
  }

  /** Whether the name of {@code object}, if it has one, comes for the first time. */
  boolean add(YamlObject object) {
    var name = object.optionalText("name");
    if (name.isEmpty() || names.add(name.get())) {
      return true;
    }
    findings.error(object.path("name"), "'%s' again".formatted(name.get()), "distinct names");
    return false;
  }
}
