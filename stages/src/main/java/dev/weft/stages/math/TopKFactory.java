package dev.weft.stages.math;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that pick the largest numbers of each row. */
public final class TopKFactory implements StageFactory {

  @Override
  public String kind() {
    return "math/top-k";
  }

  @Override
  public String summary() {
    return "Picks the k largest numbers of each row, with their places and, if wanted, labels.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        K.option("How many of each row."),
        OptionSpec.of(
            "withLabels",
            OptionSpec.Type.BOOLEAN,
            false,
            "Whether the labels of the places, lines of the file 'labels', are an output too."));
  }

  @Override
  public List<String> files() {
    return List.of("labels");
  }

  @Override
  public Signature signature(Options options) {
    return TopKStage.signature(K.of(options), options.flag("withLabels"));
  }

  @Override
  public Stage create(StageSetup setup) {
    var labels =
        setup.options().flag("withLabels")
            ? LabelFile.read(setup.file("labels"))
            : List.<String>of();
    return new TopKStage(signature(setup.options()), K.of(setup.options()), labels);
  }
}
