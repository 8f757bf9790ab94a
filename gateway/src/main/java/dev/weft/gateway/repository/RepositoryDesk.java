package dev.weft.gateway.repository;

import dev.weft.fabric.embedded.WeftException;
import java.util.List;

/** Where models of served files are taken in and out. Threadsafe; a call may take a while. */
public interface RepositoryDesk {

  /**
   * Looks at the files now, takes what changed in them, and has this model among what is served.
   *
   * @return what changed, for people; empty if nothing did
   * @throws WeftException if no file has such a model, or what is there cannot be served; all is as
   *     before then
   */
  String load(String model);

  /**
   * Has this model found no more, until it is loaded again; whoever found it is answered. One that
   * is not served stays as it is.
   *
   * @return what changed, for people; empty if nothing did
   * @throws WeftException if it cannot be taken out now
   */
  String unload(String model);

  /** The models of served files that were taken out, by name. */
  List<String> unloaded();
}
