package dev.weft.persistence.journal;

import java.sql.SQLException;

/**
 * A right that one holder at a time has, among all that reach a journal. It ends by itself {@value
 * #SECONDS} seconds after it was taken, by the database's clock, so that a holder that ended keeps
 * nobody out for long. Blocks.
 */
public final class JournalLease {

  /** How long it is held if nobody gives it back. */
  public static final int SECONDS = 60;

  private static final String UNTIL = "CURRENT_TIMESTAMP + INTERVAL '%d' SECOND".formatted(SECONDS);

  /** As both databases tell it. */
  private static final String UNIQUE_VIOLATED = "23505";

  private final Journal journal;
  private final String name;
  private final String owner;

  /**
   * @param journal stays the caller's
   * @param name of the right
   * @param owner who wants it, distinct among all
   */
  public JournalLease(Journal journal, String name, String owner) {
    this.journal = journal;
    this.name = name;
    this.owner = owner;
  }

  /**
   * Takes it, or holds it for as long again.
   *
   * @return false if another holder has it
   * @throws JournalException if the database does not say
   */
  public boolean acquire() {
    return update(
            """
            UPDATE "weft_lease" SET "owner" = ?, "until" = %s
            WHERE "name" = ? AND ("owner" = ? OR "until" < CURRENT_TIMESTAMP)\
            """
                .formatted(UNTIL),
            owner,
            name,
            owner)
        || update(
            """
            INSERT INTO "weft_lease" ("name", "owner", "until")
            SELECT CAST(? AS VARCHAR(255)), CAST(? AS VARCHAR(255)), %s
            WHERE NOT EXISTS (SELECT 1 FROM "weft_lease" WHERE "name" = ?)\
            """
                .formatted(UNTIL),
            name,
            owner,
            name);
  }

  /** Gives it back; changes nothing if another holder has it. */
  public void release() {
    var _ = update("DELETE FROM \"weft_lease\" WHERE \"name\" = ? AND \"owner\" = ?", name, owner);
  }

  private boolean update(String sql, String... values) {
    try (var connection = journal.connect();
        var statement = connection.prepareStatement(sql)) {
      for (var i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      return statement.executeUpdate() == 1;
    } catch (SQLException e) {
      if (UNIQUE_VIOLATED.equals(e.getSQLState())) {
        return false; // Another one was quicker.
      }
      throw journal.failed(e);
    }
  }
}
