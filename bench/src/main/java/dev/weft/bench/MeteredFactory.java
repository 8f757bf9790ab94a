package dev.weft.bench;

import dev.weft.stages.onnx.OnnxStageFactory;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Kind {@code bench/metered}: a model with one more input, which tells from when on nobody wants
 * the answer, so that model time spent later than that can be added up.
 */
public final class MeteredFactory implements StageFactory {

  static final String KIND = "bench/metered";

  /** When the frame is dead, on the clock of {@link System#nanoTime}: INT64[1]. */
  static final String DEAD = "dead";

  /** What all stages of this kind ran; one bench at a time reads it. */
  static final ModelTime TIME = new ModelTime();

  private final OnnxStageFactory onnx = new OnnxStageFactory();

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String summary() {
    return "A model that notes what its time was spent on; for benches.";
  }

  @Override
  public List<OptionSpec> options() {
    return onnx.options();
  }

  @Override
  public boolean needsArtifact() {
    return true;
  }

  @Override
  public Signature signature(Options options) {
    return onnx.signature(options);
  }

  /** The signature of a stage of this kind around a model. */
  static Signature around(Signature model) {
    var inputs = new ArrayList<>(model.inputs());
    inputs.add(TensorSpec.of(DEAD, Datatype.INT64, 1));
    return new Signature(inputs, model.outputs());
  }

  @Override
  public Stage create(StageSetup setup) {
    var declared = setup.declared();
    var inputs = declared.inputs().subList(0, declared.inputs().size() - 1);
    var model =
        onnx.create(
            new StageSetup(
                setup.stage(),
                setup.variant(),
                new Signature(inputs, declared.outputs()),
                setup.options(),
                setup.artifact(),
                setup.files(),
                setup.pool()));
    return new Metered(model, declared);
  }

  private record Metered(Stage model, Signature signature) implements Stage {

    @Override
    public Concurrency concurrency() {
      return model.concurrency();
    }

    @Override
    public void prepare(RunContext context) {
      model.prepare(context);
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      var last = inputs.size() - 1;
      var dead = inputs.get(last).segment().get(ValueLayout.JAVA_LONG, 0);
      var started = System.nanoTime();
      try {
        return model.run(context, inputs.subList(0, last));
      } finally {
        TIME.ran(started, System.nanoTime(), dead);
      }
    }

    @Override
    public long nativeBytes() {
      return model.nativeBytes();
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
