DROP INDEX `recon_item_subject`;--> statement-breakpoint
CREATE INDEX `recon_item_subject` ON `recon_item` (`level`,`scope`,`subject`) WHERE "recon_item"."resolved_at_ms" is null;--> statement-breakpoint
CREATE INDEX `bet_placed` ON `bet` (`placed_at_ms`);