package dev.weft.stages.math;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that put labels found by one model into the order of another's embedding. */
public final class RerankLabelsFactory implements StageFactory {

  @Override
  public String kind() {
    return "math/rerank-labels";
  }

  @Override
  public String summary() {
    return "Puts candidate labels in the order of their known vectors' cosine, nearest first.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public List<String> files() {
    return LabelledVectors.FILES;
  }

  @Override
  public Signature signature(Options options) {
    return RerankLabelsStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new RerankLabelsStage(LabelledVectors.read(setup));
  }
}
