CREATE TABLE `booking_bet` (
	`bet_id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`stake_minor` integer NOT NULL,
	`placed_at_ms` integer NOT NULL,
	CONSTRAINT "booking_bet_stake" CHECK("booking_bet"."stake_minor" > 0)
);
--> statement-breakpoint
CREATE INDEX `booking_bet_code` ON `booking_bet` (`code`);