ALTER TABLE `crash_round` ADD `config_sha256` text;--> statement-breakpoint
ALTER TABLE `crash_round` ADD `maths_sha256` text;--> statement-breakpoint
ALTER TABLE `crash_round` ADD `game_sha256` text;