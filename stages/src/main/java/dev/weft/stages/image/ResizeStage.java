package dev.weft.stages.image;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.List;

/** Resizes one picture, bilinear or, when shrinking more than twofold, by area averaging. */
final class ResizeStage implements Stage {

  private final ResizeRule rule;
  private final Signature signature;

  ResizeStage(ResizeRule rule) {
    this.rule = rule;
    this.signature = signature(rule);
  }

  static Signature signature(ResizeRule rule) {
    var resized =
        switch (rule) {
          case ResizeRule.Exact(var width, var height) ->
              TensorSpec.of("resized", Datatype.UINT8, height, width, 3);
          case ResizeRule.LongestSide _ ->
              TensorSpec.of("resized", Datatype.UINT8, "resizedHeight", "resizedWidth", 3);
        };
    var image = TensorSpec.of("image", Datatype.UINT8, "height", "width", 3);
    return new Signature(
        List.of(image.withLayout("HWC").withSemantic("image/rgb")),
        List.of(resized.withLayout("HWC").withSemantic("image/rgb")));
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public boolean endsSoon() {
    return true;
  }

  @Override
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var image = inputs.getFirst();
    if (image.shape().elements() == 0) {
      throw StageException.invalidInput("image", image, "at least 1 x 1 pixels");
    }
    var source = PixelView.ofImage(image);
    var size = rule.sizeFor(source.width(), source.height());
    var shape = Shape.of(size.height(), size.width(), PixelView.CHANNELS);
    return Outputs.closedOnFailure(
        outputs -> {
          var resized = outputs.add(context.tensors().allocate(Datatype.UINT8, shape));
          Resampler.resize(source, PixelView.ofImage(resized));
        });
  }

  @Override
  public void close() {}
}
