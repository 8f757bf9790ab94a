package dev.weft.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;

/** One piece of work whose way through the fabric is held against doing it without. */
interface TaxCase {

  String name();

  /** Whether it runs models that have to be fetched. */
  default boolean needsFetchedModels() {
    return false;
  }

  void measure(TaxRun run) throws OrtException, IOException;
}
