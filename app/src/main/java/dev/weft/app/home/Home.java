package dev.weft.app.home;

import java.nio.file.Path;

/**
 * The project's own folder.
 *
 * @param folder root of the checkout {@code ./weft} stands in
 */
public record Home(Path folder) {

  /** Where fetched files are put together before they go to their place. */
  public Path fetchCache() {
    return folder.resolve(".weft").resolve("fetch");
  }

  /** Where running processes have their control sockets. */
  public Path controlSockets() {
    return folder.resolve(".weft").resolve("run");
  }

  /** Where the embedded journal is. */
  public Path journal() {
    return folder.resolve(".weft").resolve("journal");
  }

  /** Where repairs put what they take out of a journal. */
  public Path repairs() {
    return folder.resolve(".weft").resolve("repairs");
  }

  /** Where recorded frames are left. */
  public Path traces() {
    return folder.resolve(".weft").resolve("traces");
  }

  /** Where processes that are killed on purpose keep what they keep. */
  public Path torture() {
    return folder.resolve(".weft").resolve("torture");
  }

  /** Where clusters on this machine keep what they keep. */
  public Path cluster() {
    return folder.resolve(".weft").resolve("cluster");
  }

  /** Where histories of simulations are left. */
  public Path simulations() {
    return folder.resolve(".weft").resolve("sim");
  }

  /** What {@code ./weft} writes when a build ends well: the commit it was of. */
  public Path buildStamp() {
    return folder.resolve("app").resolve("target").resolve("weft.stamp");
  }
}
