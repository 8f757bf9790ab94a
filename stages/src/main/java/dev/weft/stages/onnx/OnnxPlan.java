package dev.weft.stages.onnx;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How a stage's declared tensors meet its model's; settled once, when the model is loaded. */
final class OnnxPlan {

  private final Signature declared;
  private final Feed[] feeds;
  private final Product[] products;
  private final Set<String> requested = new LinkedHashSet<>();
  private final boolean recurrent;
  private final boolean scanning;

  OnnxPlan(Signature declared, List<Feed> feeds, List<Product> products) {
    this.declared = declared;
    this.feeds = feeds.toArray(Feed[]::new);
    this.products = products.toArray(Product[]::new);
    products.stream().filter(product -> !product.isPinned()).forEach(this::request);
    this.scanning = feeds.stream().anyMatch(feed -> feed instanceof Feed.Row);
    this.recurrent = scanning || feeds.stream().anyMatch(feed -> feed instanceof Feed.Carried);
  }

  private void request(Product product) {
    requested.add(product.name());
  }

  Signature declared() {
    return declared;
  }

  /** Not to be changed; an array because it is walked on every run. */
  Feed[] feeds() {
    return feeds;
  }

  /** In the order of the stage's outputs; not to be changed. */
  Product[] products() {
    return products;
  }

  /** Model outputs that the runtime allocates, in the order in which they come. */
  Set<String> requested() {
    return requested;
  }

  /** Whether one run of the stage takes several runs of the model, or starts from a zero state. */
  boolean isRecurrent() {
    return recurrent;
  }

  /** Whether the model runs once per row of its inputs. */
  boolean isScanning() {
    return scanning;
  }

  /**
   * @throws StageException with {@link ErrorCode#INVALID_INPUT} if a tensor is not as declared;
   *     equality of named dimensions is left to the runtime
   */
  void check(List<Tensor> inputs, ModelFile file) {
    var specs = declared.inputs();
    if (inputs.size() != specs.size()) {
      throw new StageException(
          ErrorCode.INVALID_INPUT,
          "model %s: %d inputs (expected: %d)".formatted(file.path(), inputs.size(), specs.size()));
    }
    for (var i = 0; i < specs.size(); i++) {
      if (!fits(specs.get(i), inputs.get(i))) {
        throw new StageException(
            ErrorCode.INVALID_INPUT,
            "model %s: input '%s' is %s (expected: %s%s)"
                .formatted(
                    file.path(),
                    specs.get(i).name(),
                    inputs.get(i),
                    specs.get(i).datatype(),
                    specs.get(i).shape()));
      }
    }
  }

  private static boolean fits(TensorSpec spec, Tensor tensor) {
    var dims = spec.shape();
    var shape = tensor.shape();
    if (tensor.datatype() != spec.datatype() || dims.size() != shape.rank()) {
      return false;
    }
    for (var axis = 0; axis < dims.size(); axis++) {
      if (dims.get(axis) instanceof Dim.Fixed(var size) && size != shape.dim(axis)) {
        return false;
      }
    }
    return true;
  }
}
