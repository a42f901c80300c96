"""Pictures: checked before they are decoded, rebuilt from their pixels, shown in three sizes."""
