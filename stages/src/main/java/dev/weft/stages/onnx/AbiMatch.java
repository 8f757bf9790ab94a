package dev.weft.stages.onnx;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Matches a manifest's ABI and options with a loaded model, collecting every mismatch. */
final class AbiMatch {

  private final OnnxModel model;
  private final Signature declared;
  private final Map<String, String> inputNames;
  private final Map<String, String> outputNames;
  private final Set<String> scanned;
  private final Map<String, String> carried;
  private final Map<String, String> constants;
  private final List<String> problems = new ArrayList<>();
  private final List<Feed> feeds = new ArrayList<>();
  private final List<Product> products = new ArrayList<>();

  private AbiMatch(OnnxModel model, Signature declared, Options options) {
    this.model = model;
    this.declared = declared;
    this.inputNames = options.textByName("inputs");
    this.outputNames = options.textByName("outputs");
    this.scanned = new HashSet<>(options.texts("scan"));
    this.carried = options.textByName("carry");
    this.constants = options.textByName("constants");
  }

  /**
   * @throws StageException with {@link ErrorCode#INVALID_MANIFEST} listing every mismatch
   */
  static OnnxPlan plan(String stage, OnnxModel model, Signature declared, Options options) {
    var match = new AbiMatch(model, declared, options);
    match.checkNames();
    model.inputs().forEach(match::feed);
    declared.outputs().forEach(match::product);
    if (!match.problems.isEmpty()) {
      match.closeConstants();
      throw new StageException(
          ErrorCode.INVALID_MANIFEST,
          "stage '%s': its manifest and model %s do not fit:%n  - %s"
              .formatted(stage, model.file().path(), String.join("\n  - ", match.problems)));
    }
    return new OnnxPlan(declared, match.feeds, match.products);
  }

  private void closeConstants() {
    for (var feed : feeds) {
      if (feed instanceof Feed.Constant(_, var value)) {
        value.close();
      }
    }
  }

  private void checkNames() {
    for (var spec : declared.inputs()) {
      var name = inputNames.getOrDefault(spec.name(), spec.name());
      if (find(model.inputs(), name).isEmpty()) {
        problems.add(
            "input '%s': the model has no input '%s' (expected: one of %s)"
                .formatted(spec.name(), name, names(model.inputs())));
      }
    }
    checkDistinct("input", declared.inputs(), inputNames);
    checkDistinct("output", declared.outputs(), outputNames);
    for (var name : scanned) {
      if (carried.containsKey(name) || constants.containsKey(name)) {
        problems.add(
            "option 'scan': '%s' is carried or constant too (expected: one)".formatted(name));
      }
    }
    checkKnown("inputs", inputNames.keySet(), names(declared.inputs()));
    checkKnown("outputs", outputNames.keySet(), names(declared.outputs()));
    checkKnown("scan", scanned, names(model.inputs()));
    checkKnown("carry", carried.keySet(), names(model.inputs()));
    checkKnown("carry", new HashSet<>(carried.values()), names(model.outputs()));
    checkKnown("constants", constants.keySet(), names(model.inputs()));
  }

  private void checkDistinct(String side, List<TensorSpec> specs, Map<String, String> modelNames) {
    var seen = new HashSet<String>();
    for (var spec : specs) {
      var name = modelNames.getOrDefault(spec.name(), spec.name());
      if (!seen.add(name)) {
        problems.add(
            "%s '%s': stands for the model's '%s', as another does (expected: one each)"
                .formatted(side, spec.name(), name));
      }
    }
  }

  private void checkKnown(String option, Set<String> given, List<String> known) {
    for (var name : given) {
      if (!known.contains(name)) {
        problems.add("option '%s': '%s' (expected: one of %s)".formatted(option, name, known));
      }
    }
  }

  private void feed(TensorSpec input) {
    var index = declaredIndex(input.name());
    if (carried.containsKey(input.name()) || constants.containsKey(input.name())) {
      if (index >= 0) {
        problems.add(
            "input '%s': declared, and carried or constant too (expected: one of them)"
                .formatted(declared.inputs().get(index).name()));
      } else if (carried.containsKey(input.name())) {
        carry(input, carried.getOrDefault(input.name(), ""));
      } else {
        constant(input, constants.getOrDefault(input.name(), ""));
      }
    } else if (index < 0) {
      problems.add(
          "model input '%s': not declared (expected: an input of the ABI)".formatted(input));
    } else {
      give(input, index);
    }
  }

  private void give(TensorSpec input, int index) {
    var spec = declared.inputs().get(index);
    var byRow = scanned.contains(input.name());
    if (!fits(spec, input, byRow, true)) {
      problems.add(mismatch("input", spec, input));
    } else if (byRow && spec.datatype() == Datatype.BYTES) {
      problems.add("input '%s': BYTES (expected: a fixed-size datatype to scan)".formatted(input));
    } else {
      feeds.add(
          byRow
              ? new Feed.Row(input.name(), index, spec)
              : new Feed.Given(input.name(), index, spec));
    }
  }

  private void carry(TensorSpec input, String outputName) {
    var output = find(model.outputs(), outputName);
    if (output.isPresent() && output.get().datatype() != input.datatype()) {
      problems.add(
          "option 'carry': output '%s' is %s (expected: %s as input '%s')"
              .formatted(outputName, output.get().datatype(), input.datatype(), input.name()));
    } else if (input.datatype() == Datatype.BYTES) {
      problems.add("option 'carry': '%s' is BYTES (expected: numbers)".formatted(input.name()));
    } else {
      feeds.add(new Feed.Carried(input.name(), outputName, input.datatype(), shapeWithOnes(input)));
    }
  }

  private void constant(TensorSpec input, String text) {
    try {
      feeds.add(
          new Feed.Constant(
              input.name(), Constants.filled(input.datatype(), shapeWithOnes(input), text)));
    } catch (IllegalArgumentException e) {
      problems.add(
          "option 'constants': %s: '%s' (expected: a value of %s)"
              .formatted(input.name(), text, input.datatype()));
    }
  }

  private void product(TensorSpec spec) {
    var name = outputNames.getOrDefault(spec.name(), spec.name());
    var output = find(model.outputs(), name);
    if (output.isEmpty()) {
      problems.add(
          "output '%s': the model has no output '%s' (expected: one of %s)"
              .formatted(spec.name(), name, names(model.outputs())));
      return;
    }
    var byRow = !scanned.isEmpty();
    if (carried.containsValue(name)) {
      problems.add("output '%s': declared and carried too (expected: one)".formatted(spec.name()));
    } else if (!fits(spec, output.get(), byRow, false)) {
      problems.add(mismatch("output", spec, output.get()));
    } else if (byRow && spec.datatype() == Datatype.BYTES) {
      problems.add("output '%s': BYTES (expected: numbers to scan)".formatted(spec.name()));
    } else {
      products.add(product(spec, output.get(), byRow));
    }
  }

  private Product product(TensorSpec spec, TensorSpec output, boolean byRow) {
    var product = new Product(output.name(), spec);
    for (var axis = 0; axis < spec.rank(); axis++) {
      var size = output.rank() == spec.rank() ? output.shape().get(axis) : Dim.any();
      if (axis == 0 && byRow) {
        product.follow(0, firstScanned(), 0);
      } else if (size instanceof Dim.Fixed(var fixed)) {
        product.fix(axis, fixed);
      } else {
        switch (spec.shape().get(axis)) {
          case Dim.Fixed(var fixed) -> product.fix(axis, fixed);
          case Dim.Named named -> follow(product, axis, named);
          case Dim.Any _ -> product.leaveOpen(axis);
        }
      }
    }
    return product;
  }

  private void follow(Product product, int axis, Dim.Named named) {
    for (var input = 0; input < declared.inputs().size(); input++) {
      var inputAxis = declared.inputs().get(input).shape().indexOf(named);
      if (inputAxis >= 0) {
        product.follow(axis, input, inputAxis);
        return;
      }
    }
    product.leaveOpen(axis);
  }

  private int firstScanned() {
    for (var index = 0; index < declared.inputs().size(); index++) {
      var name = declared.inputs().get(index).name();
      if (scanned.contains(inputNames.getOrDefault(name, name))) {
        return index;
      }
    }
    return 0;
  }

  /** A model output without a known rank looks like a scalar and fits any declared shape. */
  private static boolean fits(TensorSpec spec, TensorSpec model, boolean byRow, boolean input) {
    if (spec.datatype() != model.datatype()) {
      return false;
    }
    if (spec.rank() != model.rank()) {
      return !input && model.rank() == 0 && (!byRow || spec.rank() > 0);
    }
    if (byRow && spec.rank() == 0) {
      return false;
    }
    for (var axis = 0; axis < spec.rank(); axis++) {
      var declared = spec.shape().get(axis);
      if (axis == 0 && byRow) {
        declared = Dim.fixed(1);
      }
      if (model.shape().get(axis) instanceof Dim.Fixed size
          && !(declared instanceof Dim.Fixed ? declared.equals(size) : !input)) {
        return false;
      }
    }
    return true;
  }

  private static String mismatch(String side, TensorSpec spec, TensorSpec model) {
    return "%s '%s': manifest says %s%s (expected: to fit the model's '%s', %s%s)"
        .formatted(
            side,
            spec.name(),
            spec.datatype(),
            spec.shape(),
            model.name(),
            model.datatype(),
            model.shape());
  }

  private int declaredIndex(String modelName) {
    for (var index = 0; index < declared.inputs().size(); index++) {
      var name = declared.inputs().get(index).name();
      if (inputNames.getOrDefault(name, name).equals(modelName)) {
        return index;
      }
    }
    return -1;
  }

  private static Shape shapeWithOnes(TensorSpec spec) {
    return Shape.of(
        spec.shape().stream()
            .mapToLong(dim -> dim instanceof Dim.Fixed(var size) ? size : 1)
            .toArray());
  }

  private static Optional<TensorSpec> find(List<TensorSpec> specs, String name) {
    return specs.stream().filter(spec -> spec.name().equals(name)).findFirst();
  }

  private static List<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).toList();
  }
}
