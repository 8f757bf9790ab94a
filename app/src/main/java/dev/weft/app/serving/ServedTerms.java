package dev.weft.app.serving;

import dev.weft.app.fetch.Fetcher;
import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.StageManifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * How what is served is read and deployed.
 *
 * @param isTraced whether frames are recorded of pipelines whose manifests do not say how much
 * @param brought adds the variants that came from other nodes to stages, by name, whenever they are
 *     deployed; what was read, and with it any change of the files, is seen without them
 */
public record ServedTerms(
    boolean isTraced, Fetcher fetcher, UnaryOperator<Map<String, StageManifest>> brought) {

  /** Of one to which no variants come from other nodes. */
  public static ServedTerms of(boolean isTraced, Fetcher fetcher) {
    return new ServedTerms(isTraced, fetcher, stages -> stages);
  }

  /** The same for one to which variants come from other nodes. */
  public ServedTerms with(UnaryOperator<Map<String, StageManifest>> others) {
    return new ServedTerms(isTraced, fetcher, others);
  }

  /** As {@link Served#read}. */
  Map<String, Selection> read(List<Path> paths) {
    return Served.read(paths, isTraced, fetcher);
  }

  /** Deploys what was {@link #read}. */
  void deploy(Weft weft, Map<String, Selection> read) {
    read.values().forEach(each -> weft.deploy(each.pipeline(), brought.apply(each.stages())));
  }

  /** Loads what is to be found in place of something else later. */
  Pipeline prepare(Weft weft, Selection selection) {
    return weft.prepare(selection.pipeline(), brought.apply(selection.stages()));
  }
}
