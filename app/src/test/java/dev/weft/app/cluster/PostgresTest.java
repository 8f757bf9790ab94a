package dev.weft.app.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stand-in for {@code initdb} that makes files one by one and may end in between. */
class PostgresTest {

  @TempDir private Path folder;

  private Postgres postgres() throws IOException {
    var program = folder.resolve("initdb");
    Files.writeString(
        program,
        """
        #!/bin/sh
        mkdir "$2" && touch "$2/first" || exit 4
        [ -e "%s" ] && exit 3
        touch "$2/last"
        """
            .formatted(folder.resolve("broken")));
    assertTrue(program.toFile().setExecutable(true));
    return new Postgres(program, program, List.of());
  }

  @Test
  void whatWasNotMadeToTheEndIsNotServedAndIsMadeAnew() throws IOException {
    var journal = folder.resolve("journal");
    var log = folder.resolve("log");
    var broken = Files.createFile(folder.resolve("broken"));
    var problem = assertThrows(IOException.class, () -> postgres().prepare(journal, log));
    assertTrue(problem.getMessage().contains("exit code 3"), problem.getMessage());
    assertFalse(Files.exists(journal.resolve("data")));

    Files.delete(broken);
    postgres().prepare(journal, log);
    assertTrue(Files.exists(journal.resolve("data/last")));
    var password = Files.readString(journal.resolve("password"));
    postgres().prepare(journal, log);
    assertEquals(password, Files.readString(journal.resolve("password")));
  }
}
