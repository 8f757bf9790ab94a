package dev.weft.fabric.reading;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.util.List;
import java.util.function.Function;

/** Kinds of stage that are declared but never run. */
public final class FakeKinds {

  /** A kind of which only the declaration is there. */
  record FakeKind(
      String kind,
      List<OptionSpec> options,
      List<String> files,
      boolean needsArtifact,
      Function<Options, Signature> signatureOf)
      implements StageFactory {

    @Override
    public String summary() {
      return "A kind for tests.";
    }

    @Override
    public Signature signature(Options options) {
      return signatureOf.apply(options);
    }

    @Override
    public Stage create(StageSetup setup) {
      throw new UnsupportedOperationException("a fake is never run");
    }
  }

  private FakeKinds() {}

  public static StageKinds all() {
    return StageKinds.of(List.of(onnx(), decode(), resize(), nearest()));
  }

  private static FakeKind onnx() {
    var options =
        List.of(
            OptionSpec.choice(
                "optimization", "all", List.of("none", "basic", "extended", "all"), "Level."),
            OptionSpec.of("intraOpThreads", OptionSpec.Type.INTEGER, 1L, "Threads of one run."));
    return new FakeKind("onnx", options, List.of(), true, _ -> new Signature(List.of(), List.of()));
  }

  private static FakeKind decode() {
    var encoded = TensorSpec.of("encoded", Datatype.BYTES, 1).withSemantic("image/encoded");
    var pixels =
        TensorSpec.of("pixels", Datatype.UINT8, "height", "width", 3)
            .withLayout("HWC")
            .withSemantic("image/rgb");
    return new FakeKind(
        "fake/decode",
        List.of(),
        List.of(),
        false,
        _ -> new Signature(List.of(encoded), List.of(pixels)));
  }

  private static FakeKind resize() {
    var options =
        List.of(
            OptionSpec.required("width", OptionSpec.Type.INTEGER, "Width in pixels."),
            OptionSpec.required("height", OptionSpec.Type.INTEGER, "Height in pixels."),
            OptionSpec.of("mean", OptionSpec.Type.NUMBERS, List.of(0.0, 0.0, 0.0), "Subtracted."),
            OptionSpec.of("pad", OptionSpec.Type.BOOLEAN, false, "Whether the rest is padded."),
            OptionSpec.of("scale", OptionSpec.Type.NUMBER, 1.0, "Factor."));
    return new FakeKind("fake/resize", options, List.of(), false, FakeKinds::resized);
  }

  private static Signature resized(Options options) {
    if (options.integer("width") < 1) {
      throw new StageException(
          ErrorCode.INVALID_MANIFEST,
          "width: %d (expected: >= 1)".formatted(options.integer("width")));
    }
    var pixels = TensorSpec.of("pixels", Datatype.UINT8, "h", "w", 3).withLayout("HWC");
    var resized =
        TensorSpec.of(
                "resized", Datatype.FP32, 1, 3, options.integer("height"), options.integer("width"))
            .withLayout("NCHW");
    return new Signature(List.of(pixels.withSemantic("image")), List.of(resized));
  }

  private static FakeKind nearest() {
    var options =
        List.of(
            OptionSpec.of("names", OptionSpec.Type.TEXTS, List.of(), "Names."),
            OptionSpec.of(
                "renamed", OptionSpec.Type.TEXT_BY_NAME, java.util.Map.of(), "Names by label."));
    return new FakeKind(
        "fake/nearest",
        options,
        List.of("labels"),
        false,
        _ ->
            new Signature(
                List.of(TensorSpec.of("embedding", Datatype.FP32, 1, "size")),
                List.of(
                    TensorSpec.of("label", Datatype.BYTES, 1),
                    TensorSpec.of("score", Datatype.FP32, 1, 1))));
  }
}
