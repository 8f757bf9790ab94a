package dev.weft.gateway.model;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.stages.spi.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The models there are now: one for each pipeline that is deployed. Threadsafe. */
public final class Models {

  private final Weft weft;

  /** By name; one that stands for a pipeline that is gone is replaced when it is looked for. */
  private final Map<String, Model> known = new ConcurrentHashMap<>();

  public Models(Weft weft) {
    this.weft = weft;
  }

  /**
   * The model of this name.
   *
   * @param version the one the request names; empty for the newest
   * @throws WeftException with {@link ErrorCode#NOT_FOUND} if there is none
   */
  public Model find(String name, Optional<String> version) {
    var model = of(pipeline(name));
    version
        .filter(wanted -> !wanted.equals(Model.VERSION))
        .ifPresent(
            wanted -> {
              throw new WeftException(
                  ErrorCode.NOT_FOUND,
                  "model '%s': version %s (expected: %s)".formatted(name, wanted, Model.VERSION));
            });
    return model;
  }

  private Pipeline pipeline(String name) {
    try {
      return weft.pipeline(name);
    } catch (WeftException e) {
      known.remove(name);
      throw e.code() == ErrorCode.NOT_FOUND
          ? new WeftException(
              e.code(), "model: '%s' (expected: one of %s)".formatted(name, names()))
          : e;
    }
  }

  private List<String> names() {
    return weft.pipelines().stream().map(Pipeline::name).toList();
  }

  /** All models, by name. */
  public List<Model> all() {
    return weft.pipelines().stream().map(this::of).toList();
  }

  private Model of(Pipeline pipeline) {
    var model = known.get(pipeline.name());
    return model != null && model.pipeline() == pipeline
        ? model
        : known.merge(
            pipeline.name(),
            Model.of(pipeline, weft::signals),
            (there, fresh) -> there.pipeline() == pipeline ? there : fresh);
  }
}
