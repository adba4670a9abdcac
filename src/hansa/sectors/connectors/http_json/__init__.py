"""The connector for lists in JSON that are asked for again and again."""
