CREATE TABLE IF NOT EXISTS "weft_epoch" (
  "epoch" BIGINT NOT NULL
);
INSERT INTO "weft_epoch" ("epoch") SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM "weft_epoch");
