-- Evidence is never edited: not by code, not by hand.
CREATE TRIGGER recon_run_kept BEFORE UPDATE ON recon_run BEGIN SELECT RAISE(ABORT, 'runs of reconciliation are append-only'); END;
--> statement-breakpoint
CREATE TRIGGER recon_run_not_deleted BEFORE DELETE ON recon_run BEGIN SELECT RAISE(ABORT, 'runs of reconciliation are append-only'); END;
--> statement-breakpoint
CREATE TRIGGER anchor_kept BEFORE UPDATE ON anchor BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END;
--> statement-breakpoint
CREATE TRIGGER anchor_not_deleted BEFORE DELETE ON anchor BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END;
--> statement-breakpoint
CREATE TRIGGER statement_line_kept BEFORE UPDATE ON statement_line BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;
--> statement-breakpoint
CREATE TRIGGER statement_line_not_deleted BEFORE DELETE ON statement_line BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;
