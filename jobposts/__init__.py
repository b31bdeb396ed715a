"""Job boards: vacancies out, responses and resumes in."""
