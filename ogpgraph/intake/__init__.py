"""Documents from outside: looked over, parsed and validated, in processes that may be killed."""
