"""`hansa export`: everything a city holds, in open files that need no Hansa to be read."""
