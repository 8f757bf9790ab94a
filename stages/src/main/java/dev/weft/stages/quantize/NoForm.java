package dev.weft.stages.quantize;

import dev.weft.stages.graph.NodeSite;
import java.util.Optional;
import java.util.Set;

/** Operators that have weights and no form under a method: listed, so that nothing is silent. */
record NoForm(Method method, Set<String> operators) implements Form {

  @Override
  public boolean concerns(NodeSite site) {
    return operators.stream().anyMatch(site::is);
  }

  @Override
  public Optional<String> apply(NodeSite site) {
    return Optional.of("%s has no form for %s".formatted(method.word(), site.node().getOpType()));
  }
}
