CREATE TABLE `promotion_grant` (
	`grant_id` text PRIMARY KEY NOT NULL,
	`campaign_id` text NOT NULL,
	`user_id` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`granted_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `promotion_grant_campaign` ON `promotion_grant` (`campaign_id`);