package dev.weft.stages.math;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that find the labels of the known vectors nearest to an embedding. */
public final class NearestLabelsFactory implements StageFactory {

  @Override
  public String kind() {
    return "math/nearest-labels";
  }

  @Override
  public String summary() {
    return "Finds the k labels whose known vectors are nearest by cosine, nearest first.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(K.option("How many labels."));
  }

  @Override
  public List<String> files() {
    return LabelledVectors.FILES;
  }

  @Override
  public Signature signature(Options options) {
    return NearestLabelsStage.signature(K.of(options));
  }

  @Override
  public Stage create(StageSetup setup) {
    var k = K.of(setup.options());
    var known = LabelledVectors.read(setup);
    if (k > known.labels().size()) {
      throw new StageException(
          ErrorCode.INVALID_MANIFEST,
          "stage '%s': option 'k': %d (expected: <= %d, the distinct labels in %s)"
              .formatted(setup.stage(), k, known.labels().size(), setup.file("labels")));
    }
    return new NearestLabelsStage(known, k);
  }
}
