# Every command of the project. PORT=8080 make run · DATABASE_URL=postgresql://… make test · make bench GROUP=pages
PYTHON ?= python3
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: run test check bench screenshots soak demo-wipe demo-today lock dev

run:
	@$(PYTHON) run.py $(if $(PORT),--port $(PORT))

dev:
	@$(PYTHON) run.py --dev

test: dev
	@$(BIN)/python -m tests.run

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet recruit/templates scheduling/templates jobposts/templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))") TURNOUT_MODE=production \
		ALLOWED_HOSTS=turnout.example PUBLIC_URL=https://turnout.example WARN_OF_SQLITE=0 $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m tests.no_hosts

bench: dev
	@$(BIN)/python manage.py bench $(if $(GROUP),--group $(GROUP))

screenshots: dev
	@TURNOUT_MODE=demo $(BIN)/python manage.py screenshots

soak: dev
	@$(BIN)/python -m pytest tests -m "kill or race" --soak

demo-wipe:
	@TURNOUT_MODE=demo $(BIN)/python manage.py demo --wipe

demo-today:
	@TURNOUT_MODE=demo $(BIN)/python manage.py demo --to-today

lock:
	uv pip compile --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 pyproject.toml --extra postgres -o requirements.lock
	uv pip compile --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 pyproject.toml --extra postgres --extra dev -o requirements-dev.lock
