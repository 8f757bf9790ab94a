package dev.weft.fabric.manifest;

import dev.weft.fabric.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Carries everything wrong with the manifests that were to be read. */
public final class ManifestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ManifestException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = problems.stream().sorted().toList();
  }

  /** Sorted by place. */
  public List<Problem> problems() {
    return problems;
  }
}
