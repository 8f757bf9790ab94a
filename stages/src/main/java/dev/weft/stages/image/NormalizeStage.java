package dev.weft.stages.image;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Turns 8-bit RGB into the scaled floats a model takes, in its layout and channel order. */
final class NormalizeStage implements Stage {

  /** Order of the axes of the output. */
  enum Layout {
    NCHW,
    NHWC
  }

  private static final int CHANNELS = PixelView.CHANNELS;

  private final Layout layout;
  private final ChannelScaling scaling;
  private final Signature signature;

  NormalizeStage(Layout layout, ChannelScaling scaling) {
    this.layout = layout;
    this.scaling = scaling;
    this.signature = signature(layout);
  }

  static Signature signature(Layout layout) {
    var pixels =
        switch (layout) {
          case NCHW -> TensorSpec.of("pixels", Datatype.FP32, 1, CHANNELS, "height", "width");
          case NHWC -> TensorSpec.of("pixels", Datatype.FP32, 1, "height", "width", CHANNELS);
        };
    var image = TensorSpec.of("image", Datatype.UINT8, "height", "width", CHANNELS);
    return new Signature(
        List.of(image.withLayout("HWC").withSemantic("image/rgb")),
        List.of(pixels.withLayout(layout.name())));
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
    var image = PixelView.ofImage(inputs.getFirst());
    var shape =
        switch (layout) {
          case NCHW -> Shape.of(1, CHANNELS, image.height(), image.width());
          case NHWC -> Shape.of(1, image.height(), image.width(), CHANNELS);
        };
    return Outputs.closedOnFailure(
        outputs -> {
          var pixels = outputs.add(context.tensors().allocate(Datatype.FP32, shape)).segment();
          switch (layout) {
            case NCHW -> writePlanes(image, pixels);
            case NHWC -> writeInterleaved(image, pixels);
          }
        });
  }

  private void writePlanes(PixelView image, MemorySegment pixels) {
    var row = new byte[image.width() * CHANNELS];
    var floats = new float[image.width()];
    for (var y = 0; y < image.height(); y++) {
      image.readRow(y, row);
      for (var channel = 0; channel < CHANNELS; channel++) {
        scaling.scale(row, image.width(), channel, floats, 0, 1);
        var at = ((long) channel * image.height() + y) * image.width();
        copy(floats, pixels, at);
      }
    }
  }

  private void writeInterleaved(PixelView image, MemorySegment pixels) {
    var row = new byte[image.width() * CHANNELS];
    var floats = new float[row.length];
    for (var y = 0; y < image.height(); y++) {
      image.readRow(y, row);
      for (var channel = 0; channel < CHANNELS; channel++) {
        scaling.scale(row, image.width(), channel, floats, channel, CHANNELS);
      }
      copy(floats, pixels, (long) y * floats.length);
    }
  }

  private static void copy(float[] floats, MemorySegment pixels, long at) {
    MemorySegment.copy(floats, 0, pixels, ValueLayout.JAVA_FLOAT, at * Float.BYTES, floats.length);
  }

  @Override
  public void close() {}
}
