package dev.weft.bench.cluster;

import dev.weft.bench.process.ServerProcess;
import dev.weft.persistence.journal.JournalServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The journal of a site with several nodes, in a process of its own. */
final class JournalHost {

  private static final String JDBC_H2 = "jdbc:h2:";

  private JournalHost() {}

  /**
   * @param arguments the journal's folder
   */
  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[0]);
    try (var journal = JournalServer.open(folder, "127.0.0.1", 0)) {
      ServerProcess.serve(List.of(URI.create(journal.url().substring(JDBC_H2.length())).getPort()));
    }
  }

  /** The settings of a node that uses it. */
  static String settings(Path folder, int port) {
    return """
    weft.persistence.journal {
      kind = server
      url = "jdbc:h2:tcp://127.0.0.1:%d/journal"
      user = weft
      password-file = "%s"
      connections = 2
    }
    """
        .formatted(port, folder.resolve("password"));
  }
}
